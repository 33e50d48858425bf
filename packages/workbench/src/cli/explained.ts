/** The explainer under the name the commands know it by. */
export { Explainer } from "../diagnose/explainer.ts";
