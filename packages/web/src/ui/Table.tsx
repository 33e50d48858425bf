/** A table that may be wider than the screen: it scrolls by itself, by mouse and by keyboard, and says what it holds. */
export interface Column {
  readonly name: string;
  readonly isNumber?: boolean;
}
export function Table({ label, columns, children }: { readonly label: string; readonly columns: readonly Column[]; readonly children: React.ReactNode }) {
  return (
    <div className="panel overflow-x-auto" tabIndex={0} role="group" aria-label={label}>
      <table className="w-full text-[13px]">
        <thead>
          <tr className="label border-b border-line text-left">
            {columns.map(({ name, isNumber }) => (
              <th key={name} scope="col" className={`px-3 py-1.5 ${isNumber === true ? "text-right" : ""}`}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}
export const TableRow = ({ children }: { readonly children: React.ReactNode }) => <tr className="border-b border-line align-top last:border-0">{children}</tr>;
export const Cell = ({ isNumber = false, className = "", children }: { readonly isNumber?: boolean; readonly className?: string; readonly children?: React.ReactNode }) => (
  <td className={`px-3 py-1.5 ${isNumber ? "text-right tabular-nums" : ""} ${className}`}>{children}</td>
);
