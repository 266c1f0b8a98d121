// Package mmap maps files into memory, to be read.
//
// If the file shrank, touching a page that is gone is a fault: touch mapped memory
// within package par, which makes that an error.
package mmap

import "os"

// Map maps the first size bytes of f, which must not be 0. The memory is valid
// until unmap is called, also when f is closed.
func Map(f *os.File, size int64) (b []byte, unmap func(), err error) { return mapFile(f, size) }
