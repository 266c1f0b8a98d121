package page

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"html/template"
	"strings"
	"sync"

	"github.com/seed-c33ae711/jcheck/internal/svg"
)

//go:embed assets
var files embed.FS

// modules are the files of the script, each before those that import it.
var modules = []string{"data", "view", "canvas", "counts", "plots", "csv", "charts", "lanes", "links", "timeline", "details", "main"}

// A bundle is the page's script and stylesheet, and the policy that allows them alone.
type bundle struct {
	sheet  template.CSS
	script template.JS
	policy string
}

var assets = sync.OnceValue(func() bundle {
	var b bundle
	css := ":root{color-scheme:light;" + svg.Variables(false) + "--jc-strip:#111111}\n" +
		"@media (prefers-color-scheme:dark){:root:not([data-theme=light]){color-scheme:dark;" + dark() + "}}\n" +
		":root[data-theme=dark]{color-scheme:dark;" + dark() + "}\n" +
		"@media print{:root:root:root{color-scheme:light;" + svg.Variables(false) + "--jc-strip:#111111}}\n" +
		read("page.css") + svg.PageSheet()
	js := script()
	b.sheet, b.script = template.CSS(css), template.JS(js) // both are ours
	b.policy = "default-src 'none'; script-src '" + hash(js) + "'; style-src '" + hash(css) + "'; base-uri 'none'; form-action 'none'"
	return b
})

func dark() string { return svg.Variables(true) + "--jc-strip:#111111;" }

// script joins the modules to one, since a file on a disk cannot import others.
func script() string {
	var b strings.Builder
	for _, name := range modules {
		for line := range strings.Lines(read(name + ".js")) {
			if strings.HasPrefix(line, "import ") {
				continue
			}
			b.WriteString(strings.TrimPrefix(line, "export "))
		}
	}
	return b.String()
}

func read(name string) string {
	text, err := files.ReadFile("assets/" + name)
	if err != nil {
		panic(err) // it is embedded
	}
	return string(text)
}

func hash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

// sheet is the template of the page.
var sheet = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("page").Funcs(template.FuncMap{
		"num": thousands,
	}).Parse(read("page.html")))
})
