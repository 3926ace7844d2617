import { CloseIcon, SearchIcon } from '../app/icons.tsx';

interface SearchBoxProps {
  label: string;
  value: string;
  placeholder?: string;
  onChange: (text: string) => void;
  invalid?: boolean;
  /** id of the sentence that says what is wrong */
  describedBy?: string | undefined;
  testId?: string;
}

/** A text box with a magnifier and a button that empties it. */
export function SearchBox({
  label,
  value,
  placeholder = label,
  onChange,
  invalid = false,
  describedBy,
  testId,
}: SearchBoxProps) {
  return (
    <div className="search-box">
      <SearchIcon />
      <input
        type="text"
        aria-label={label}
        aria-invalid={invalid}
        aria-describedby={describedBy}
        placeholder={placeholder}
        value={value}
        spellCheck={false}
        autoComplete="off"
        data-testid={testId}
        onChange={(event) => onChange(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape' && value !== '') {
            onChange('');
            event.stopPropagation();
          }
        }}
      />
      {value !== '' && (
        <button type="button" className="icon-button" aria-label={`Empty: ${label}`} onClick={() => onChange('')}>
          <CloseIcon />
        </button>
      )}
    </div>
  );
}
