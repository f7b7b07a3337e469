/** What has come and was not yet asked for, or was asked for and has not yet come. */
export class Queue<Item> {
  private readonly items: Item[] = [];
  private readonly waiting: ((item: Item) => void)[] = [];

  push(item: Item): void {
    const take = this.waiting.shift();
    if (take) take(item);
    else this.items.push(item);
  }

  next(): Promise<Item> {
    const item = this.items.shift();
    return item === undefined ? new Promise((resolve) => this.waiting.push(resolve)) : Promise.resolve(item);
  }

  get length(): number {
    return this.items.length;
  }
}
