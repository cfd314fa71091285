// Datadog's profiler as dd-trace starts it, at our rates: 100 Hz with CPU time, and the heap as
// runtime/heap/heap-sampler.ts has it. It begins before the function's own modules, as we do. BENCH_MODULE is the function.
const pprof = require('@datadog/pprof');

pprof.time.start({ durationMillis: 60_000, intervalMicros: 10_000, withContexts: true, collectCpuTime: true });
const MIB = 1024 * 1024;
const fitting = (Number(process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE) * MIB) / 256;
pprof.heap.start(Math.min(8 * MIB, Math.max(2 * MIB, fitting)), 64);

const { handler } = require(process.env.BENCH_MODULE);

exports.handler = async (event, context) => {
  if (!event.takeProfile) return handler(event, context);
  const { sampleType, sample, location, function: functions, stringTable } = pprof.time.stop(true);
  const { strings } = stringTable;
  const names = new Map(functions.map(({ id, name }) => [id, strings[name]]));
  const places = new Map(location.map(({ id, line }) => [id, names.get(line[0].functionId)]));
  return {
    types: sampleType.map(({ type }) => strings[type]),
    stacks: sample.map(({ locationId, value }) => ({
      stack: locationId.map((id) => places.get(id)),
      value: value.map(Number),
    })),
  };
};
