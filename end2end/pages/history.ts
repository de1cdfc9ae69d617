import type { Layout } from './layout';

export class HistoryPage {
  constructor(private readonly layout: Layout) {}

  get heading() {
    return this.layout.main.getByRole('heading', { name: 'History', exact: true });
  }

  async open(): Promise<void> {
    await this.layout.open('/history');
  }
}
