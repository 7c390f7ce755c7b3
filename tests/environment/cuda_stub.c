/* A libcuda of figures that a test chooses: CUDA_STUB holds words such as "init=803 version=12040 count=2". */
#include <stdlib.h>
#include <string.h>

static int chosen(const char *name, int otherwise)
{
    const char *words = getenv("CUDA_STUB"), *at = words ? strstr(words, name) : 0;
    return at ? atoi(at + strlen(name)) : otherwise;
}

int cuInit(unsigned flags) { return chosen("init=", 0); }
int cuDriverGetVersion(int *found) { *found = chosen("version=", 12040); return 0; }
int cuDeviceGetCount(int *found) { *found = chosen("count=", 1); return 0; }
int cuDeviceGet(int *found, int index) { *found = index; return 0; }
int cuDeviceGetName(char *text, int size, int one) { strcpy(text, "NVIDIA Stub 24GB"); return 0; }
int cuDeviceGetAttribute(int *found, int which, int one)
{
    *found = which == 75 ? chosen("major=", 9) : chosen("minor=", 0);
    return 0;
}
