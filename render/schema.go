package render

import _ "embed"

// Schema is the JSON Schema (draft 2020-12) of what [JSON] writes. docs/json.md tells
// the same to people.
//
//go:embed result.schema.json
var Schema string
