// -F: the session goes on in the background.
#pragma once

#include "runner/descriptor.h"

namespace sutap {

// Forks. The child returns, in a session of its own, with /dev/null for standard input and output
// and a descriptor that wants a byte once all is at work; until then its messages are seen. The
// parent does not return: it prints the child's process number when the byte comes, and else ends
// as the child did. Throws RequestError.
Descriptor go_into_background();

}  // namespace sutap
