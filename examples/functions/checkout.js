exports.handler = async ({ items = [] }) => {
  const total = items.reduce((sum, { price, count }) => sum + price * count, 0);
  return { total, receipt: JSON.stringify(items) };
};
