/** Owns resources and frees them in reverse order. (`DisposableStack`, which Node 20 does not have.) */
export class Owner implements Disposable {
  private readonly owned: Disposable[] = [];

  own<Resource extends Disposable>(resource: Resource): Resource {
    this.owned.push(resource);
    return resource;
  }

  [Symbol.dispose](): void {
    for (const resource of this.owned.splice(0).reverse()) resource[Symbol.dispose]();
  }
}
