exports.handler = async ({ orders = [] }) => {
  const totals = new Map();
  for (const { day, total } of orders) totals.set(day, (totals.get(day) ?? 0) + total);
  return Object.fromEntries(totals);
};
