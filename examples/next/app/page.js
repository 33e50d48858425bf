export default function Page() {
  return <p>Ask /dose?q=…</p>;
}
