// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createDoubleClick } from './doubleClick.ts';

const onDouble = vi.fn();
const reached = vi.fn();
let double: ReturnType<typeof createDoubleClick>;

/** When the mouse did it, ms; the page may get to it later. */
let timeStamp = 1000;

const press = (clientX: number, clientY = 50) =>
  ['pointerdown', 'mousedown', 'pointerup', 'mouseup', 'click'].forEach((type) => {
    const event = new MouseEvent(type, { bubbles: true, button: 0, clientX, clientY });
    document.body.dispatchEvent(Object.defineProperty(event, 'timeStamp', { value: timeStamp }));
  });

beforeEach(() => {
  vi.useFakeTimers();
  double = createDoubleClick(onDouble);
  document.body.addEventListener('click', reached);
});
afterEach(() => {
  double.stop();
  document.body.removeEventListener('click', reached);
  vi.useRealTimers();
  vi.clearAllMocks();
});

describe('a double-click', () => {
  it('counts wherever its second click lands, and that click goes nowhere else', () => {
    double.clicked({ clientX: 700, clientY: 50, timeStamp });
    timeStamp += 200;
    // The page was busy.
    vi.advanceTimersByTime(900);
    press(702);
    expect(onDouble).toHaveBeenCalledTimes(1);
    expect(reached).not.toHaveBeenCalled();
    press(702);
    expect(onDouble, 'the third click is a first one').toHaveBeenCalledTimes(1);
    expect(reached).toHaveBeenCalledTimes(1);
  });

  it('is none where the second click is late or elsewhere', () => {
    double.clicked({ clientX: 700, clientY: 50, timeStamp });
    timeStamp += 400;
    press(700);
    double.clicked({ clientX: 700, clientY: 50, timeStamp });
    press(300);
    expect(onDouble).not.toHaveBeenCalled();
    expect(reached).toHaveBeenCalledTimes(2);
  });
});
