package command

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// A byteSize is a flag's number of bytes: 1000000, 500M, 2G or 2GiB, in powers of 1024.
type byteSize struct{ n *int64 }

func newByteSize(n *int64, preset int64) byteSize { *n = preset; return byteSize{n} }

var byteUnits = []string{"K", "M", "G", "T"}

func (b byteSize) String() string {
	if b.n == nil {
		return "0"
	}
	n, unit := *b.n, ""
	for _, u := range byteUnits {
		if n == 0 || n%1024 != 0 {
			break
		}
		n, unit = n/1024, u
	}
	return strconv.FormatInt(n, 10) + unit
}

func (b byteSize) Set(text string) error {
	number := strings.TrimSuffix(strings.TrimSuffix(strings.ToUpper(text), "B"), "I")
	factor := int64(1)
	for i, u := range byteUnits {
		if short, ok := strings.CutSuffix(number, u); ok {
			number, factor = short, 1<<(10*(i+1))
			break
		}
	}
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil || n > math.MaxInt64/factor {
		return fmt.Errorf("expected bytes such as 1000000, 500M or 2G")
	}
	*b.n = n * factor
	return nil
}

func (b byteSize) Type() string { return "bytes" }
