package format

import (
	"context"
	"fmt"
	"testing"
)

// Times are nanoseconds, or seconds with a fraction, or dates.
func TestTimes(t *testing.T) {
	for _, tt := range []struct{ first, second, want string }{
		{"5", "7", "5 7"}, {"-5", "9", "-5 9"},
		{"0.001", "2.5", "1000000 2500000000"}, {"1.5e0", "25E-1", "1500000000 2500000000"},
		{"1.000000001", "1.0000000019", "1000000001 1000000001"}, {"1.5", "2", "1500000000 2000000000"}, {"2.0", "3", "2000000000 3000000000"},
		{"-0.5", "0.5", "-500000000 500000000"}, {"1764547200.123456789", "1764547201.0", "0 876543211"},
		{`"2026-11-21T03:12:00Z"`, `"2026-11-21T04:12:00.5+01:00"`, "0 500000000"},
		{`"2026-11-21 03:12:00.25"`, `"2026-11-21T03:12:00"`, "250000000 0"},
	} {
		edn := fmt.Sprintf("{:type :ok, :process 1, :time %s}\n{:type :ok, :process 1, :time %s}\n", tt.first, tt.second)
		json := fmt.Sprintf(`[{"type":"ok","process":1,"time":%s},{"type":"ok","process":1,"time":%s}]`, tt.first, tt.second)
		for _, text := range []string{edn, json} {
			h, err := ReadBytes(context.Background(), "h", []byte(text), Options{})
			if err != nil {
				t.Errorf("%s: %v", text, err)
				continue
			}
			if got := fmt.Sprint(h.Time(0), h.Time(1)); got != tt.want {
				t.Errorf("%sgot %s, want %s", text, got, tt.want)
			}
			stored, err := AppendOpStored(nil, h, 1, false)
			if want := fmt.Sprintf("{:index 1, :type :ok, :process 1, :time %d}", h.Time(1)); err != nil || string(stored) != want {
				t.Errorf("stored as %s, %v, want %s", stored, err, want)
			}
		}
	}
	h, err := ReadBytes(context.Background(), "h", []byte(`{:type :ok, :time #inst "2026-11-21T03:12:00.000-00:00"} {:type :ok, :time nil}`), Options{})
	if err != nil || h.Time(0) != 0 || h.Time(1) != -1 {
		t.Errorf("got %v", err)
	}
}

// A process that is a string of digits is that number; other names stay.
func TestProcessNames(t *testing.T) {
	h, err := ReadBytes(context.Background(), "h", []byte(`{"type":"ok","process":"12","f":"r"} {"type":"ok","process":"012","f":"r"} {"type":"info","process":"nemesis"} {"type":"ok","process":"c1","f":"r"}`), Options{})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"12 true", "012 true", "nemesis false", "c1 true"} {
		p := h.Process(i)
		if got := fmt.Sprint(h.ProcessName(p), " ", p.IsClient()); got != want {
			t.Errorf("op %d: got %s, want %s", i, got, want)
		}
	}
	stored, err := AppendOpStored(nil, h, 3, false)
	if want := `{:index 3, :type :ok, :process 14, :f :r}`; err != nil || string(stored) != want {
		t.Errorf("stored as %s, %v", stored, err)
	}
	if text, err := AppendOpEDN(nil, h, 3); err != nil || string(text) != `{:type :ok, :process :c1, :f :r}` {
		t.Errorf("got %s, %v", text, err)
	}
}
