/** An order as the shop sends it. Prices are in cents of a euro. */
export interface OrderRequest {
  number: string;
  customer: Customer;
  /** ISO 4217: what the customer pays in. */
  currency: string;
  lines: OrderLine[];
  /** Codes that the customer has; the best combination counts. */
  coupons: string[];
}

export interface Customer {
  name: string;
  email: string;
  /** ISO 3166, two letters. */
  country: string;
}

export interface OrderLine {
  sku: string;
  title: string;
  category: string;
  quantity: number;
  unitPrice: number;
}

/** What pricing adds to an order. Sums are in cents of the order's currency. */
export interface Price {
  subtotal: number;
  discount: number;
  /** Codes of the coupons that were used. */
  appliedCoupons: string[];
  tax: number;
  /** For example 0.19. */
  taxRate: number;
  total: number;
  /** Units of the order's currency for one euro. */
  rate: number;
}

export interface PricedOrder extends OrderRequest, Price {
  /** ISO 8601. */
  placedAt: string;
}

export interface StoredOrder extends PricedOrder {
  /** HMAC of the rest. */
  signature: string;
}
