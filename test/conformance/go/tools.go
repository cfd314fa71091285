//go:build tools

// Package conformance names the tools that our files are checked with.
package conformance

import _ "github.com/google/pprof"
