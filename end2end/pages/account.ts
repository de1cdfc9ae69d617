import { expect } from '@playwright/test';

import type { Visitor } from './visitor';

export class AccountPage {
  constructor(private readonly visitor: Visitor) {}

  get heading() {
    return this.visitor.main.getByRole('heading', { name: 'Account', exact: true });
  }
  get currentPassword() {
    return this.visitor.main.getByLabel('Current password', { exact: true });
  }
  get newPassword() {
    return this.visitor.main.getByLabel('New password', { exact: true });
  }
  get confirmation() {
    return this.visitor.main.getByLabel('Type your e-mail address to delete', { exact: true });
  }

  button(name: string) {
    return this.visitor.main.getByRole('button', { name, exact: true });
  }

  async open(): Promise<void> {
    await this.visitor.open('/account');
    await expect(this.heading).toBeVisible();
  }

  async changePassword(current: string, next: string): Promise<void> {
    await this.currentPassword.fill(current);
    await this.newPassword.fill(next);
    await this.button('Change password').click();
  }

  async deleteAccount(typed: string): Promise<void> {
    await this.confirmation.fill(typed);
    await this.button('Delete account').click();
  }

  /** From the account page over the link page to the provider. */
  async startLinking(label: string): Promise<void> {
    await this.button(`Link ${label}`).click();
    await expect(this.visitor.page).toHaveURL(/\/account\/link\//);
    await this.visitor.main.getByRole('link', { name: label }).click();
  }
}
