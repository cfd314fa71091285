// Command ferretdb is a server that speaks MongoDB's protocol: what is stored lies in files of SQLite.
//
// Usage: ferretdb <host:port> <folder>
package main

import (
	"context"
	"log/slog"
	"os"

	"github.com/FerretDB/FerretDB/ferretdb"
)

func main() {
	server, err := ferretdb.New(&ferretdb.Config{
		Listener:  ferretdb.ListenerConfig{TCP: os.Args[1]},
		Handler:   "sqlite",
		SQLiteURL: "file:" + os.Args[2] + "/",
		Logger:    slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError})),
	})
	if err != nil {
		slog.Error(err.Error())
		os.Exit(1)
	}
	if err := server.Run(context.Background()); err != nil {
		slog.Error(err.Error())
		os.Exit(1)
	}
}
