// Some work and a wait of 5 ms.
exports.handler = async () => {
  const orders = Array.from({ length: 200 }, (_, i) => ({ id: i, lines: [{ sku: `A${i}`, price: i * 1.19 }] }));
  const total = JSON.parse(JSON.stringify(orders)).reduce((sum, { lines }) => sum + lines[0].price, 0);
  await new Promise((resolve) => setTimeout(resolve, 5));
  return { total };
};
