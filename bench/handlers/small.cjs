// A function that loads nothing and does nothing.
exports.handler = async () => ({ ...process.memoryUsage(), ...process.cpuUsage() });
