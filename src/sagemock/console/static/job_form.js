// The form for training jobs: another algorithm has other hyperparameters, which the server knows.

const algorithm = document.querySelector("[data-algorithm]");
const use = algorithm.parentElement.querySelector("button");

use.hidden = true;
algorithm.addEventListener("change", () => {
  use.hidden = false;
  algorithm.form.requestSubmit(use);
});
