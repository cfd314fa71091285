// Makes a CPU profile with labels, as Go's runtime writes it.
package main

import (
	"context"
	"crypto/sha256"
	"os"
	"runtime/pprof"
	"time"
)

var sink [32]byte

//go:noinline
func hashOrders(until time.Time) {
	for time.Now().Before(until) {
		for i := 0; i < 1000; i++ {
			sink = sha256.Sum256(sink[:])
		}
	}
}

func handle(ctx context.Context, outcome string) {
	pprof.Do(ctx, pprof.Labels("outcome", outcome), func(context.Context) { hashOrders(time.Now().Add(600 * time.Millisecond)) })
}

func main() {
	if err := pprof.StartCPUProfile(os.Stdout); err != nil {
		panic(err)
	}
	handle(context.Background(), "ok")
	handle(context.Background(), "error")
	pprof.StopCPUProfile()
}
