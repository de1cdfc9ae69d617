import type { Layout } from './layout';

export class WorkoutPage {
  constructor(private readonly layout: Layout) {}

  get heading() {
    return this.layout.main.getByRole('heading', { level: 1 });
  }
  get startRest() {
    return this.layout.main.getByRole('button', { name: 'Start rest', exact: true });
  }
  get timer() {
    return this.layout.main.getByRole('timer');
  }
  /** One box for each set. */
  get sets() {
    return this.layout.main.getByRole('checkbox');
  }
  get finish() {
    return this.layout.main.getByRole('button', { name: 'Finish workout', exact: true });
  }

  async open(): Promise<void> {
    await this.layout.open('/workout');
  }
}
