/** What travels with every event of an order. */
export interface OrderEvent {
  orderId: string;
  productId: string;
  quantity: number;
  total: number;
}

export interface Receipt {
  productId: string;
  pieces: number;
}
