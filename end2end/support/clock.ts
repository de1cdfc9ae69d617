// The time. The servers under test run on this machine and ask its clock, as these functions do: a moment that has
// passed here has passed there.

/** Waits until the clock has reached `moment`, in milliseconds. Timers may fire early, so it looks again. */
export async function reached(moment: number): Promise<void> {
  for (let left = moment - Date.now(); left > 0; left = moment - Date.now()) {
    await new Promise((resolve) => setTimeout(resolve, left));
  }
}

/** The moment that an answer of the server names, in milliseconds. */
export function momentOf(text: string | null | undefined): number {
  const moment = Date.parse(text ?? '');
  if (Number.isNaN(moment)) throw new Error(`no moment in time: ${text}`);
  return moment;
}
