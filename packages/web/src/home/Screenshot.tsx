/** A dropped or pasted screenshot: read here, its text searched for, its regions outlined on the image beside what was found. */
import { useEffect, useRef } from "react";
import { useQuery } from "@tanstack/react-query";
import { sendJson } from "../api/client.ts";
import type { FoundInImage } from "../api/shapes.ts";
import { Loading, Notice } from "../ui/Notice.tsx";
import { cssShare, plural } from "../ui/amounts.ts";
import { Matches } from "./Matches.tsx";

export function Screenshot({ file, taken }: { readonly file: Blob; /** Tells one image from the next. */ readonly taken: number }) {
  const read = useQuery({
    queryKey: ["screenshot", taken],
    queryFn: async () => {
      const { readImage } = await import("./read-image.ts");
      return readImage(file);
    },
    staleTime: Infinity,
    gcTime: 0,
    retry: false,
  });
  const regions = read.data?.regions ?? [];
  const found = useQuery({
    queryKey: ["screenshot", taken, "found"],
    queryFn: () => sendJson<FoundInImage>("POST", "/api/find/regions", { regions }),
    enabled: regions.length > 0,
    staleTime: Infinity,
    gcTime: 0,
  });
  if (read.isError) return <Notice title="The image cannot be read.">{read.error.message}</Notice>;
  if (read.data === undefined) return <Loading what="Reading the image in this browser" />;
  const { bitmap } = read.data;
  return (
    <div className="grid items-start gap-5 lg:grid-cols-[minmax(0,24rem)_minmax(0,1fr)]">
      <figure>
        <div className="panel relative overflow-hidden">
          <Picture bitmap={bitmap} />
          {(found.data?.regions ?? []).map(({ box }, index) => (
            <span key={index} aria-hidden="true" className={`absolute rounded-sm border-2 ${index === 0 ? "border-bad" : "border-soft"}`} style={{ left: cssShare(box.x / bitmap.width), top: cssShare(box.y / bitmap.height), width: cssShare(box.width / bitmap.width), height: cssShare(box.height / bitmap.height) }} />
          ))}
        </div>
        <figcaption className="mt-1 text-xs text-soft">{plural(regions.length, "text")} read in this browser; the image was not uploaded.</figcaption>
      </figure>
      {regions.length === 0 ? (
        <Notice title="Nothing can be read in it.">Crop it to the answer, or paste a sentence of it.</Notice>
      ) : found.isError ? (
        <Notice title="The search failed.">{found.error.message}</Notice>
      ) : found.data === undefined ? (
        <Loading what="Searching" />
      ) : (
        <Matches found={found.data} />
      )}
    </div>
  );
}

function Picture({ bitmap }: { readonly bitmap: ImageBitmap }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    canvas.current?.getContext("2d")?.drawImage(bitmap, 0, 0);
  }, [bitmap]);
  return <canvas ref={canvas} width={bitmap.width} height={bitmap.height} className="block w-full" role="img" aria-label="the screenshot" />;
}
