/** One measure over time: its line, the interval as a band, roll-outs as dashed lines. Drawn by uPlot on a canvas; the same numbers stand in a table for who cannot see it. */
import { useEffect, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { DriftReport, Figure } from "../api/shapes.ts";
import { dateTime, percent } from "../ui/amounts.ts";

type Measure = DriftReport["measures"][number];
const middle = (figure: Figure): number | null => (figure.kind === "share" ? figure.rate : figure.median);
const shown = (measure: Measure, value: number | null): string => (value === null ? "–" : measure.kind === "share" ? percent(value, 1) : String(Math.round(value)));
const HEIGHT_PX = 150;

export function Chart({ measure, rollouts }: { readonly measure: Measure; readonly rollouts: DriftReport["rollouts"] }) {
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
        axes: [axis, { ...axis, size: 52, values: (_plot, ticks) => ticks.map((tick) => shown(measure, tick)) }],
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
