#ifndef CRMKIT_CSQLITE_SHIM_H
#define CRMKIT_CSQLITE_SHIM_H

#include <sqlite3.h>

#endif
