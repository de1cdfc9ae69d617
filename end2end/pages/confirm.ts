import type { Layout } from './layout';

/** `/account/confirm`, which asks for the password again before a sensitive change. */
export class ConfirmPage {
  constructor(private readonly layout: Layout) {}

  get password() {
    return this.layout.main.getByLabel(/password$/i);
  }

  provider(label: string) {
    return this.layout.main.getByRole('link', { name: `Continue with ${label}`, exact: true });
  }

  async submit(password: string): Promise<void> {
    await this.password.fill(password);
    await this.password.press('Enter');
  }
}
