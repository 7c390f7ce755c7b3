/* A libcuda of figures that a test chooses: CUDA_STUB, or the file that CUDA_STUB_FILE names, holds words such as
   "init=803 version=12040 count=2"; without words there is no GPU (cuInit gives 100). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *words(void)
{
    static __thread char text[1000];
    const char *path = getenv("CUDA_STUB_FILE");
    FILE *file = path ? fopen(path, "r") : 0;
    if (!file) return getenv("CUDA_STUB");
    text[fread(text, 1, sizeof text - 1, file)] = 0;
    fclose(file);
    return text;
}

static int chosen(const char *name, int otherwise)
{
    const char *all = words(), *at = all ? strstr(all, name) : 0;
    return at ? atoi(at + strlen(name)) : otherwise;
}

int cuInit(unsigned flags) { return words() ? chosen("init=", 0) : 100; }
int cuDriverGetVersion(int *found) { *found = chosen("version=", 12040); return 0; }
int cuDeviceGetCount(int *found) { *found = chosen("count=", 1); return 0; }
int cuDeviceGet(int *found, int index) { *found = index; return 0; }
int cuDeviceGetName(char *text, int size, int one) { strcpy(text, "NVIDIA Stub 24GB"); return 0; }
int cuDeviceGetAttribute(int *found, int which, int one)
{
    *found = which == 75 ? chosen("major=", 9) : chosen("minor=", 0);
    return 0;
}
