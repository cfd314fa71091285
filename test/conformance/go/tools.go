//go:build tools

// Package conformance names the tools that our files and requests are checked with.
package conformance

import (
	_ "github.com/google/pprof"
	_ "github.com/versity/versitygw/cmd/versitygw"
)
