package runner

// Run is a test that is carried out.
type Run struct {
	Test *Test
}

// Test is a test.
type Test struct {
	Client Client
}
