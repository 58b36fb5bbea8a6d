/**
 * Discounted return from each turn to the end of its episode:
 * `G_t = r_t + discount · G_{t+1}`, with `G = 0` after the last turn.
 *
 * Sutton & Barto 2018, eq. 3.9. One entry per own turn of a seat; the tokens inside a turn share its return, and neither
 * the partner's turns nor anybody's tokens are discounted.
 *
 * @param turnRewards rewards of one seat in one episode in speaking order, length T (may be 0)
 * @param discount per own turn, in [0, 1]
 * @returns returns-to-go, length T
 * @throws RangeError when `discount` is outside [0, 1]
 */
export function returnsToGo(turnRewards: readonly number[], discount: number): number[] {
  if (!(discount >= 0 && discount <= 1)) {
    throw new RangeError(`returnsToGo: discount must be in [0, 1], got ${discount}`); // written so that NaN fails too
  }
  let returnFromHere = 0;
  return turnRewards
    .toReversed()
    .map((reward) => (returnFromHere = reward + discount * returnFromHere))
    .toReversed();
}
