import type { Layout } from './layout';

export class HistoryPage {
  constructor(private readonly layout: Layout) {}

  get heading() {
    return this.layout.main.getByRole('heading', { name: 'History', exact: true });
  }
  get exportLink() {
    return this.layout.main.getByRole('link', { name: 'Export as CSV', exact: true });
  }
  get editLink() {
    return this.layout.main.getByRole('link', { name: 'Edit workout', exact: true });
  }
  get deleteButton() {
    return this.layout.main.getByRole('button', { name: 'Delete workout', exact: true });
  }

  /** The workouts of this name. */
  workouts(name: string) {
    return this.layout.main.getByRole('link', { name });
  }

  async open(): Promise<void> {
    await this.layout.open('/history');
  }
}
