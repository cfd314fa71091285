/** A handler that does `work` and tells what CPU time the process had used before and after, microseconds. */
exports.measured = (work) => async () => {
  const before = process.cpuUsage();
  await work();
  const after = process.cpuUsage();
  return { before: before.user + before.system, after: after.user + after.system };
};
