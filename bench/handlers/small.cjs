// A function that loads nothing.
exports.handler = async () => ({ ...process.memoryUsage(), cpu: process.cpuUsage() });
