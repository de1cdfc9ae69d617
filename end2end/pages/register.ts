import type { Layout } from './layout';

export class RegisterPage {
  constructor(private readonly layout: Layout) {}

  get name() {
    return this.layout.main.getByLabel('Name', { exact: true });
  }
  get email() {
    return this.layout.main.getByLabel('Email', { exact: true });
  }
  get password() {
    return this.layout.main.getByLabel('Password', { exact: true });
  }
  get button() {
    return this.layout.main.getByRole('button', { name: 'Create account', exact: true });
  }

  async open(query = ''): Promise<void> {
    await this.layout.open(`/register${query}`);
  }

  async submit(name: string, email: string, password: string): Promise<void> {
    await this.name.fill(name);
    await this.email.fill(email);
    await this.password.fill(password);
    await this.button.click();
  }
}
