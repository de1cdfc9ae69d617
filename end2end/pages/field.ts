import { expect, type Locator } from '@playwright/test';

/** The field is marked as invalid, and screen readers read its error together with it. */
export async function expectFieldError(field: Locator, message: RegExp = /\S/): Promise<void> {
  await expect(field).toHaveAttribute('aria-invalid', 'true');
  await expect(field).toHaveAccessibleDescription(message);
}
