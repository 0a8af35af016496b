/** A template as far as sending needs to know it. */
export interface StoredTemplate {
  readonly name: string;
  readonly description: string;
  readonly template: string;
  readonly tag: string;
  readonly createdAtMs: number;
}

/** Templates of one domain. */
export class TemplateStore {
  private readonly templates = new Map<string, StoredTemplate>();

  find(name: string): StoredTemplate | undefined {
    return this.templates.get(name.toLowerCase());
  }

  /** Adds a template or replaces the one of the same name. */
  store(template: StoredTemplate): void {
    this.templates.set(template.name.toLowerCase(), template);
  }

  /** @returns whether there was such a template. */
  remove(name: string): boolean {
    return this.templates.delete(name.toLowerCase());
  }

  list(): readonly StoredTemplate[] {
    return [...this.templates.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }
}
