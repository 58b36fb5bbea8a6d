import { z } from 'zod';

/** The content policy forbids `eval`, which zod would try. To be imported before any schema is made. */
z.config({ jitless: true });
