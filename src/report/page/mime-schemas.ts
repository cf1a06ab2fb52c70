import { z } from 'zod';

/** What notebooks say of their outputs: see `FigureInfo`, `TableInfo` and `BannerInfo` in src/notebook/mime.ts. */
export const figureSchema = z.object({
  caption: z.string(),
  alt: z.string(),
  label: z.string().exactOptional(),
  captionOnly: z.literal(true).exactOptional(),
});

export const tableSchema = z.object({
  caption: z.string().exactOptional(),
  label: z.string().exactOptional(),
  columns: z
    .array(
      z.object({
        name: z.string(),
        group: z.string().exactOptional(),
        align: z.enum(['left', 'right', 'center']),
      }),
    )
    .min(1),
  rows: z.array(z.array(z.string())),
  defines: z.array(z.string()).exactOptional(),
});

export const bannerSchema = z.object({ level: z.enum(['info', 'warning']), text: z.string() });

export type FigureData = z.infer<typeof figureSchema>;
export type TableData = z.infer<typeof tableSchema>;
