package command

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"

	"github.com/seed-c33ae711/jcheck/render"
)

// input says where a result comes from: the file that was read last, as it is on the
// disk; of a pipe the text, decompressed.
func (f *inputFlags) input(file string) render.Input {
	in := render.Input{File: file, Version: toolVersion()}
	if f.history == nil {
		return in
	}
	hash, source := sha256.New(), f.history.Source()
	if !hashFile(hash, source.Name) {
		hash.Reset()
		hash.Write(source.Text)
	}
	in.SHA256 = hex.EncodeToString(hash.Sum(nil))
	return in
}

// hashFile reports whether there is such a file and it was read to its end.
func hashFile(hash io.Writer, name string) bool {
	if info, err := os.Stat(name); err != nil || !info.Mode().IsRegular() {
		return false
	}
	file, err := os.Open(name)
	if err != nil {
		return false
	}
	defer file.Close()
	_, err = io.Copy(hash, file)
	return err == nil
}
