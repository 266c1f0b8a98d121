package svg

// wide is from where on, in pixels, a picture on an upright page has letters too small to read.
const wide = 1300

// Start begins a picture of a size, in pixels, that is called title. One that stands
// alone has its stylesheet and a ground; one in a page has neither.
func (w *Writer) Start(width, height float64, title, desc string, embedded bool) {
	class := "jc"
	if width > wide {
		class = "jc wide"
	}
	attrs := []string{
		"xmlns", "http://www.w3.org/2000/svg", "class", class, "role", "img", "aria-label", title,
		"width", Num(width), "height", Num(height), "viewBox", "0 0 " + Num(width) + " " + Num(height),
	}
	if embedded {
		attrs = attrs[2:] // a page's parser knows the namespace
	} else {
		w.buf = append(w.buf, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"...)
	}
	w.Open("svg", attrs...)
	w.Newline()
	w.Elem("title", title)
	if desc != "" {
		w.Elem("desc", desc)
	}
	w.Newline()
	if !embedded {
		w.Open("style")
		w.Raw([]byte(Sheet())) // none of it is a reader's
		w.Close()
		w.Empty("rect", "class", "paper", "width", Num(width), "height", Num(height))
		w.Newline()
	}
}

// Label writes a text of some classes at a place.
func (w *Writer) Label(x, y float64, class, s string) {
	w.Elem("text", s, "x", Num(x), "y", Num(y), "class", class)
}

// Rect draws a rectangle.
func (w *Writer) Rect(x, y, width, height, radius float64, class string) {
	attrs := []string{"x", Num(x), "y", Num(y), "width", Num(max(width, 0)), "height", Num(max(height, 0)), "class", class}
	if radius > 0 {
		attrs = append(attrs, "rx", Num(radius))
	}
	w.Empty("rect", attrs...)
}

// Line draws a straight line.
func (w *Writer) Line(x1, y1, x2, y2 float64, class string) {
	w.Empty("line", "x1", Num(x1), "y1", Num(y1), "x2", Num(x2), "y2", Num(y2), "class", class)
}

// Sign draws what type an op is of: a disc for ok, a ring for info, a cross for fail.
func (w *Writer) Sign(x, y float64, typ string) {
	switch typ {
	case "ok":
		w.Empty("circle", "cx", Num(x), "cy", Num(y), "r", "4.5", "class", "s-ok")
	case "fail":
		w.Empty("path", "d", "M"+Num(x-4)+" "+Num(y-4)+"l8 8m0-8l-8 8", "class", "s-fail")
	default:
		w.Empty("circle", "cx", Num(x), "cy", Num(y), "r", "4", "class", "s-info")
	}
}
