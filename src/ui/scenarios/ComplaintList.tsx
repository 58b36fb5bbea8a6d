import { pathText, type Complaint } from './packText.ts';

const MOST_SHOWN = 6;

/** What is wrong with the pack, by field. */
export function ComplaintList({ complaints }: { readonly complaints: readonly Complaint[] }) {
  if (complaints.length === 0) return null;
  return (
    <div className="complaints" role="status" data-testid="pack-complaints">
      <b>
        {complaints.length === 1 ? 'One thing is' : `${complaints.length} things are`} wrong: the pack can be saved when
        nothing is.
      </b>
      <ul>
        {complaints.slice(0, MOST_SHOWN).map(({ path, message }) => (
          <li key={`${pathText(path)} ${message}`}>
            <code>{pathText(path)}</code> {message}
          </li>
        ))}
        {complaints.length > MOST_SHOWN && <li>and {complaints.length - MOST_SHOWN} more</li>}
      </ul>
    </div>
  );
}
