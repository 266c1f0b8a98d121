package store

import (
	"os"
	"runtime"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/internal/huge"
	"github.com/seed-c33ae711/jcheck/internal/mmap"
)

// A spool is a text that grows: in memory, or, if it is large, in a temporary
// file without a name that is mapped as it grows. So the heap need not grow with
// the history.
type spool struct {
	src    *edn.Source // its Text is what was added so far
	limit  int64       // of the text in memory
	dir    string
	file   *os.File
	mapped []byte
	unmap  func()
	n      int64
}

// reserve says how long the text will be, about.
func (s *spool) reserve(n int64) error {
	if n > s.limit {
		return s.spill()
	}
	if n > int64(cap(s.src.Text)) {
		s.src.Text = append(huge.Make[byte](int(n)), s.src.Text...)
	}
	return nil
}

func (s *spool) add(text []byte) error {
	if s.file == nil && s.n+int64(len(text)) > s.limit {
		if err := s.spill(); err != nil {
			return err
		}
	}
	if s.file == nil {
		s.src.Text = append(s.src.Text, text...)
		s.n = int64(len(s.src.Text))
		return nil
	}
	return s.write(text)
}

// canSpill reports whether a file that is in use may lose its name.
const canSpill = runtime.GOOS != "windows"

// spill moves the text to a file.
func (s *spool) spill() error {
	if s.file != nil {
		return nil
	}
	if !canSpill {
		s.limit = 1<<63 - 1
		return nil
	}
	file, err := os.CreateTemp(s.dir, "jcheck-*.edn")
	if err != nil {
		return err
	}
	if err := os.Remove(file.Name()); err != nil {
		file.Close()
		return err
	}
	s.file = file
	text := s.src.Text
	s.n = 0
	return s.write(text)
}

func (s *spool) write(text []byte) error {
	if _, err := s.file.WriteAt(text, s.n); err != nil {
		return err
	}
	s.n += int64(len(text))
	if s.n > int64(len(s.mapped)) {
		if err := s.remap(max(2*s.n, 1<<26)); err != nil {
			return err
		}
	}
	s.src.Text = s.mapped[:s.n:s.n]
	return nil
}

func (s *spool) remap(size int64) error {
	if err := s.file.Truncate(size); err != nil {
		return err
	}
	mapped, unmap, err := mmap.Map(s.file, size)
	if err != nil {
		return err
	}
	s.close()
	s.mapped, s.unmap = mapped, unmap
	return nil
}

func (s *spool) close() {
	if s.unmap != nil {
		s.unmap()
		s.unmap = nil
	}
}

// finish ends the text. The mapping lives as long as something can see into it.
func (s *spool) finish() {
	if s.file == nil {
		return
	}
	s.file.Close()
	if s.unmap != nil {
		runtime.AddCleanup(s.src, func(unmap func()) { unmap() }, s.unmap)
		s.unmap = nil
	}
}

// abort gives the text up.
func (s *spool) abort() {
	if s.file != nil {
		s.file.Close()
	}
	s.src.Text = nil
	s.close()
}
