/** One measure over time: its line, the interval as a band, roll-outs as dashed lines. Drawn by uPlot on a canvas; the same numbers stand in a table for who cannot see it. */
import { useEffect, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { DriftReport, Figure } from "../api/shapes.ts";
import { count, dateTime, percent } from "../ui/amounts.ts";

type Measure = DriftReport["measures"][number];
const middle = (figure: Figure): number | null => (figure.kind === "share" ? figure.rate : figure.median);
const shown = (measure: Measure, value: number | null, digits = 1): string => (value === null ? "–" : measure.kind === "share" ? percent(value, digits) : count(Math.round(value)));
const DAY_S = 86_400;
/** 04:00, and the date where a day begins or the ticks are days. */
const timeTicks = (_plot: uPlot, ticks: readonly number[], _axis: number, _space: number, stepS: number): string[] =>
  ticks.map((at, index) => {
    const whole = dateTime(at * 1000);
    const isNewDay = index === 0 || whole.slice(0, 10) !== dateTime((ticks[index - 1] ?? at) * 1000).slice(0, 10);
    return stepS >= DAY_S ? whole.slice(5, 10) : isNewDay ? `${whole.slice(11, 16)}\n${whole.slice(5, 10)}` : whole.slice(11, 16);
  });
const HEIGHT_PX = 150;

export interface ChartProps {
  readonly measure: Measure;
  readonly rollouts: DriftReport["rollouts"];
  /** A click on one of the measured stretches of time. */
  readonly onBucket: (sinceMs: number, untilMs: number) => void;
}
export function Chart({ measure, rollouts, onBucket }: ChartProps) {
  const open = useRef(onBucket);
  open.current = onBucket;
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    const colour = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
    const { series } = measure;
    const has = series.map(({ figure }) => figure.of > 0);
    const axis = { stroke: colour("--soft"), grid: { stroke: colour("--line"), width: 1 }, ticks: { stroke: colour("--line"), width: 1 }, font: "11px system-ui" };
    const plot = new uPlot(
      {
        width: element.clientWidth,
        height: HEIGHT_PX,
        legend: { show: false },
        cursor: { y: false },
        scales: { y: { range: (_plot, _low, high) => [0, high > 0 ? high * 1.1 : 1] } },
        axes: [{ ...axis, values: timeTicks }, { ...axis, size: 52, values: (_plot, ticks) => ticks.map((tick) => shown(measure, tick, 0)) }],
        series: [{}, { stroke: colour("--accent"), width: 2, points: { size: 5 } }, { stroke: "transparent" }, { stroke: "transparent" }],
        bands: [{ series: [3, 2], fill: `color-mix(in srgb, ${colour("--accent")} 18%, transparent)` }],
        hooks: {
          draw: [
            (drawn) => {
              const { ctx, bbox } = drawn;
              ctx.save();
              ctx.strokeStyle = colour("--warn");
              ctx.setLineDash([4, 4]);
              for (const { atMs } of rollouts) {
                const x = Math.round(drawn.valToPos(atMs / 1000, "x", true));
                if (x < bbox.left || x > bbox.left + bbox.width) continue;
                ctx.beginPath();
                ctx.moveTo(x, bbox.top);
                ctx.lineTo(x, bbox.top + bbox.height);
                ctx.stroke();
              }
              ctx.restore();
            },
          ],
        },
      },
      [series.map(({ startMs }) => startMs / 1000), series.map(({ figure }) => middle(figure)), series.map(({ figure }, index) => (has[index] === true ? figure.low : null)), series.map(({ figure }, index) => (has[index] === true ? figure.high : null))],
      element,
    );
    // Its traces, for who wants to see what a point is made of.
    plot.over.style.cursor = "pointer";
    plot.over.addEventListener("click", () => {
      const at = plot.cursor.idx;
      const from = at == null ? undefined : series[at];
      const width = (series[1]?.startMs ?? 0) - (series[0]?.startMs ?? 0);
      if (from !== undefined) open.current(from.startMs, at != null && series[at + 1] !== undefined ? (series[at + 1]?.startMs ?? 0) - 1 : from.startMs + width);
    });
    const observer = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: HEIGHT_PX }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  }, [measure, rollouts]);
  return (
    <>
      <div ref={place} aria-hidden="true" />
      <table className="sr-only">
        <caption>{measure.label} over time</caption>
        <tbody>
          {measure.series.map(({ startMs, figure }) => (
            <tr key={startMs}>
              <th scope="row">{dateTime(startMs)}</th>
              <td>{shown(measure, middle(figure))}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
