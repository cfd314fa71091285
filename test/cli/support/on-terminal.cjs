// Preloaded: stdout and stderr pass for a terminal of 200 columns, whatever they are. What is written stays as it is.
for (const stream of [process.stdout, process.stderr]) {
  Object.defineProperties(stream, { isTTY: { value: true }, columns: { value: 200 } });
}
