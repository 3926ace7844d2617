import { expect, it } from 'vitest';
import { displayName } from './displayName.ts';

it('leaves ordinary names of every script alone', () => {
  for (const name of ['\\BaseNamedObjects\\Größe 12', 'события', 'מקבץ', '事件 😀', '']) {
    expect(displayName(name)).toBe(name);
  }
});

it('shows what would be invisible or rearrange the text', () => {
  expect(displayName('a\nb\u0000c\u007f')).toBe('a␊b␀c␡');
  expect(displayName('exe.\u202etxt.evil')).toBe('exe.⟨U+202E⟩txt.evil');
  expect(displayName('a\u200b\u2066\u0085\ufeff')).toBe('a⟨U+200B⟩⟨U+2066⟩⟨U+0085⟩⟨U+FEFF⟩');
  expect(displayName('a\ud800b')).toBe('a\ufffdb');
});

it('cuts what is too long for the eye, never through a character', () => {
  expect(displayName('x'.repeat(32_000), 10)).toBe(`${'x'.repeat(10)}…`);
  expect(displayName('😀😀', 3)).toBe('😀\ufffd…');
});
