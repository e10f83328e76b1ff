// SPDX-License-Identifier: MIT
//
// The texts of the info marks in the model editor.

import { textsFrom } from '../../ui/info';

const texts = {
  editor: () => (
    <>
      <p>
        Build a network of your own: begin with any network of the list, change it, and train it. Nothing on the page
        changes before you press “Train this”.
      </p>
      <p>What you have changed stays here while this tab is open, also after a reload. Undo takes back any change.</p>
    </>
  ),
  cost: () => (
    <>
      <p>
        Parameters are the numbers that are learned. Multiply-adds are counted for one image on its way through the
        network. The memory is that of the parameters and of what every layer puts out for one image, at four bytes a
        number.
      </p>
      <p>
        The time of an epoch is measured: a moment after each change a copy of the network trains on noise in the
        background, on this machine. While the page trains as well, it takes longer.
      </p>
    </>
  ),
  layers: () => (
    <>
      <p>
        A layer reads the one above it, unless it says otherwise. Branches begin where two layers read the same one, and
        end in a layer that adds or concatenates them.
      </p>
      <p>
        “Sees” is the receptive field: the part of the image, in pixels, that one value of the layer depends on. Where a
        layer does not fit, it says what was expected; the layers below it are not known then.
      </p>
      <p>Press Alt and an arrow key to move a layer. Up and Down lead from layer to layer, Delete removes one.</p>
    </>
  ),
  layer: () => (
    <p>
      Empty fields have their usual values. A size is one number, or height×width. A frozen layer keeps its weights
      while the others learn.
    </p>
  ),
  text: () => (
    <p>
      The whole network as JSON, as the package tinycnn takes it. Change it here, paste another one, or open a file:
      also a JSON file that was exported on this page, of which the layers are taken and not the weights.
    </p>
  ),
  train: () => (
    <>
      <p>
        The network becomes the page’s own. It begins with random weights of the seed and is trained by the present
        recipe. A link to the page holds the whole network then.
      </p>
      <p>
        On request, layers of the same name and shape keep the weights that the page’s network has now; the others begin
        anew. No link can bring those weights.
      </p>
    </>
  ),
};

export type Topic = keyof typeof texts;

export const Texts = textsFrom(texts);
