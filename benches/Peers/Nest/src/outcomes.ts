/** Lets an answer wait until its order has ended, as long as the client would. */
export class Outcomes {
  private readonly waiting = new Map<string, (status: string) => void>();

  /** Undefined: there is none yet. */
  of(orderId: string, seconds: number): Promise<string | undefined> {
    if (seconds === 0) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const limit = setTimeout(() => this.leave(orderId, resolve, undefined), seconds * 1000);
      this.waiting.set(orderId, (status) => {
        clearTimeout(limit);
        this.leave(orderId, resolve, status);
      });
    });
  }

  ended(orderId: string, status: string) {
    this.waiting.get(orderId)?.(status);
  }

  private leave(orderId: string, resolve: (status: string | undefined) => void, status: string | undefined) {
    this.waiting.delete(orderId);
    resolve(status);
  }
}
