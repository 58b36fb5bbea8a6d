import { beforeEach, expect, test } from 'vitest';
import { useCurveView, WHOLE } from './curveView.ts';

beforeEach(() => useCurveView.getState().setZoom(WHOLE));
const zoomTo = (from: number, to: number) => {
  useCurveView.getState().setZoom([from, to]);
  return useCurveView.getState().zoom;
};

test('a zoom lies within the whole, whichever way somebody dragged', () => {
  expect(zoomTo(0.25, 0.5)).toEqual([0.25, 0.5]);
  expect(zoomTo(0.9, 0.2)).toEqual([0.2, 0.9]);
  expect(zoomTo(-1, 3)).toEqual([0, 1]);
});

test('nothing at all is not zoomed to', () => {
  zoomTo(0.25, 0.5);
  expect(zoomTo(0.4, 0.4)).toEqual([0.25, 0.5]);
});
