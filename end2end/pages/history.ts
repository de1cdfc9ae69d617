import type { Visitor } from './visitor';

export class HistoryPage {
  constructor(private readonly visitor: Visitor) {}

  get heading() {
    return this.visitor.main.getByRole('heading', { name: 'History', exact: true });
  }

  async open(): Promise<void> {
    await this.visitor.open('/history');
  }
}
